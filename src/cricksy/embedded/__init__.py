"""The whole stack as child processes of one command: PostgreSQL, an S3 and SQS emulator, the API and workers."""
