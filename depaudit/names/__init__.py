"""The bundled name data: exact names, popularity, near names, import names, standard libraries."""
