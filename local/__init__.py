"""The store on one machine: the deployed functions over SQLite and files, with a gateway and a worker of its own."""
