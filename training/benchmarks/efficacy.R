# The comparisons of `leukotype efficacy` by R's survival, timed: Rscript efficacy.R trial.csv survival.csv
# trial.csv: times, events, arm (1, 0), stratum and a column a factor; prints the seconds and the greatest
# difference of a hazard ratio from those of survival.csv (columns endpoint, factor, level, hr).
library(survival)
given <- commandArgs(trailingOnly = TRUE)
d <- read.csv(given[1], check.names = FALSE)
kept <- read.csv(given[2])
start <- proc.time()["elapsed"]
found <- c()
for (i in seq_len(nrow(kept))) {
  row <- kept[i, ]
  name <- tolower(row$endpoint)
  own <- if (row$factor == "All patients") d else d[d[[row$factor]] == row$level, ]
  y <- Surv(own[[paste0(name, "_time")]], own[[paste0(name, "_event")]])
  f <- if (row$factor == "All patients") y ~ arm + strata(stratum) else y ~ arm
  fit <- coxph(f, own)
  survdiff(f, own)
  cox.zph(fit, transform = "km")
  survfit(y ~ own$arm, conf.type = "log-log")
  found <- c(found, exp(coef(fit)))
}
cat(proc.time()["elapsed"] - start, max(abs(found / kept$hr - 1)), "\n")
