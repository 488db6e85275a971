"""Open: a packet in, what differs in bytes, signature and conclusions out. Needs neither AWS nor a renderer."""
