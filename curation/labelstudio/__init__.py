"""Between the records and a Label Studio server: interface, tasks, push, pull, the server."""
