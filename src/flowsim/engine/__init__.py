"""Programs and the engines that run them. For the same program and cohort every engine gives the same log."""
