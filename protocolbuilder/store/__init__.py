"""The only room with SQL: values in, values out. SQLite by default, PostgreSQL by URL."""
