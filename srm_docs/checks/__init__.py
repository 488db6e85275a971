"""What to ask AWS and how to judge a row: calls and checks in, verdict rules out."""
