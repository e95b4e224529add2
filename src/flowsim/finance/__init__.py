"""From bed days to pounds: the price book, what is released, who gains and who pays, and how sure that is."""
