"""What `deskops simulate` is made of: files, parallel plays, the table, the chart, a call log as a scenario."""
