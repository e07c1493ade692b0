"""The distributed form as it is run: a process a service, PostgreSQL, Kafka, HAProxy."""
