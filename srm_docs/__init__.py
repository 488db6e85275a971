"""srm-docs: the AWS shared responsibility model in, audit packets out."""

__version__ = "0.1.0"
