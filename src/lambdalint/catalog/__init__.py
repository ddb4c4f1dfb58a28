"""What is known of AWS Lambda and of the libraries that run on it, as tables.

Each table names its source and the day on which it was checked.  The modules hold data and small lookups and
import nothing of the rest, so that importing one costs next to nothing.  A path is the dotted name as a program
imports it; what a call returns is written with `()`: `boto3.Session().client`.
"""
