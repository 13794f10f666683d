"""A study: a panel of four linear experts, each taught by other patients, pooled by four weights."""
