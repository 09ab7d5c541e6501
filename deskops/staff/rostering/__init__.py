"""Who works when and where: pure, without Flask, SQL or a clock."""
