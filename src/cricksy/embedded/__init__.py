"""The whole stack as child processes of one command: PostgreSQL, an emulator of S3 and SQS, the API and workers."""
