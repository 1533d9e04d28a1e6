"""S3 and SQS, each behind one small typed class."""
