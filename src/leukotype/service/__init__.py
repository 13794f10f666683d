"""The local page and the service behind it: files in, calls and pages out, nothing kept (extra ``serve``)."""
