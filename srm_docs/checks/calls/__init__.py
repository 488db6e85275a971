"""Every question to AWS, a module a service: nothing in, `Call` values out."""
