"""The command wrapper: the real client, run so that every archive it asks for is judged first."""
