"""What is kept: conversations, the log of answers, feedback, forwarded questions, versions of cited documents – and until when."""
