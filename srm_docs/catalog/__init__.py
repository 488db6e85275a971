"""Read controls/: YAML in, domains, responsibilities, frameworks and the links between them out."""
