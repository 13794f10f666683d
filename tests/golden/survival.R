# Values of R `survival` that tests/efficacy/test_golden.py holds the package to. Run in this folder:
#   Rscript survival.R
library(survival)

show <- function(...) cat(paste(..., sep = ","), sep = "\n", file = out, append = TRUE)
out <- "survival_values.csv"
cat("data,quantity,value\n", file = out)

keep <- function(name, frame) write.csv(frame, paste0(name, ".csv"), row.names = FALSE)

one <- function(name, d) {
  keep(name, d)
  value <- function(quantity, x) show(name, quantity, format(x, digits = 15))
  surv <- Surv(d$time, d$event)
  for (arm in 0:1) {
    own <- d[d$experimental == arm, ]
    fit <- survfit(Surv(time, event) ~ 1, own, conf.type = "log-log")
    q <- quantile(fit, 0.5)
    value(paste0("median_", arm), q$quantile)
    value(paste0("median_low_", arm), q$lower)
    value(paste0("median_high_", arm), q$upper)
    reverse <- quantile(survfit(Surv(time, 1 - event) ~ 1, own, conf.type = "log-log"), 0.5)
    value(paste0("followup_", arm), reverse$quantile)
    at <- summary(fit, times = d$at[1], extend = TRUE)
    value(paste0("survival_", arm), at$surv)
    value(paste0("survival_low_", arm), at$lower)
    value(paste0("survival_high_", arm), at$upper)
    value(paste0("at_risk_", arm), at$n.risk)
  }
  tau <- min(tapply(d$time, d$experimental, max))
  means <- summary(survfit(surv ~ d$experimental), rmean = tau)$table
  value("rmst_tau", tau)
  value("rmst_difference", means[2, "rmean"] - means[1, "rmean"])
  value("rmst_se", sqrt(sum(means[, "se(rmean)"]^2)))
  cox <- function(prefix, formula, rank) {
    fit <- coxph(formula, d, ties = "efron")
    limits <- summary(fit, conf.int = 0.975)$conf.int
    value(paste0(prefix, "hr"), limits[1])
    value(paste0(prefix, "hr_low"), limits[3])
    value(paste0(prefix, "hr_high"), limits[4])
    value(paste0(prefix, "log_likelihood"), fit$loglik[2])
    value(paste0(prefix, "log_rank_chisq"), rank$chisq)
    value(paste0(prefix, "ph_p_score"), cox.zph(fit, transform = "km")$table[1, "p"])
  }
  cox("", Surv(time, event) ~ experimental, survdiff(Surv(time, event) ~ experimental, d))
  cox("stratified_", Surv(time, event) ~ experimental + strata(stratum),
      survdiff(Surv(time, event) ~ experimental + strata(stratum), d))
  for (ties in c("breslow", "exact")) {
    fit <- coxph(Surv(time, event) ~ experimental + strata(stratum), d, ties = ties)
    value(paste0(ties, "_hr"), exp(coef(fit)))
    value(paste0(ties, "_log_se"), sqrt(fit$var[1]))
    value(paste0(ties, "_log_likelihood"), fit$loglik[2])
  }
  each <- sum(sapply(split(d, d$stratum), function(p) coxph(Surv(time, event) ~ experimental, p)$loglik[2]))
  common <- coxph(Surv(time, event) ~ experimental + strata(stratum), d)$loglik[2]
  value("interaction_chisq", 2 * (each - common))
}

v <- veteran
one("veteran", data.frame(time = v$time, event = v$status, experimental = v$trt - 1,
                          stratum = as.integer(v$celltype), at = 100))
a <- aml
one("aml", data.frame(time = a$time, event = a$status, experimental = as.integer(a$x == "Maintained"),
                      stratum = rep(1:2, length.out = nrow(a)), at = 24))
# Weeks of remission on 6-mercaptopurine and on placebo: Freireich et al., Blood 1963;21:699.
drug <- c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
end <- c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)
placebo <- c(1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
one("freireich", data.frame(time = c(drug, placebo), event = c(end, rep(1, 21)),
                            experimental = rep(1:0, each = 21), stratum = rep(1:3, 14), at = 10))

# Few patients: the interval of the median has one end, or none.
for (n in 1:3) {
  few <- quantile(survfit(Surv(time, event) ~ 1, data.frame(time = 1:n, event = 1), conf.type = "log-log"), 0.5)
  show("few", paste0("median_", n), few$quantile)
  show("few", paste0("median_low_", n), few$lower)
  show("few", paste0("median_high_", n), few$upper)
}

# A curve that runs level at one half, to the next event and to the end.
for (d in list(data.frame(time = 1:4, event = 1), data.frame(time = 1:4, event = c(1, 1, 0, 0)))) {
  show("level", paste0("median_", sum(d$event)), quantile(survfit(Surv(time, event) ~ 1, d), 0.5)$quantile)
}

# 20,000 patients by a formula, with 4,999 times and with one to each: the size beyond lifelines.
i <- 1:20000
experimental <- (i %/% 3) %% 2
stratum <- i %% 4
for (times in c(4999, 99991)) {
  name <- paste0("large_", times)
  d <- data.frame(time = 1 + (i * 7919) %% times + 300 * experimental * (1 + stratum),
                  event = as.integer((i * 31) %% 7 > 1), experimental, stratum)
  value <- function(quantity, x) show(name, quantity, format(x, digits = 15))
  for (ties in c("efron", "breslow")) {
    fit <- coxph(Surv(time, event) ~ experimental + strata(stratum), d, ties = ties)
    value(paste0(ties, "_hr"), exp(coef(fit)))
    value(paste0(ties, "_log_se"), sqrt(fit$var[1]))
    value(paste0(ties, "_log_likelihood"), fit$loglik[2])
  }
  each <- sum(sapply(split(d, d$stratum), function(p) coxph(Surv(time, event) ~ experimental, p)$loglik[2]))
  common <- coxph(Surv(time, event) ~ experimental + strata(stratum), d)
  value("interaction_chisq", 2 * (each - common$loglik[2]))
  value("ph_p_score", cox.zph(common, transform = "km")$table[1, "p"])
}

# Nine public data sets of `survival`, each with the comparisons of a trial: all (stratified) and the levels of
# three factors (unstratified), by two rules of ties. Written to datasets.csv (patients) and datasets_values.csv.
whole_months <- function(days) pmax(1, round(days / 30.4375))
set <- function(data, time, event, experimental, stratum, ...) {
  data.frame(data, time, event = as.integer(event), experimental = as.integer(experimental),
             stratum = as.integer(factor(stratum)), ...)
}
death <- colon[colon$etype == 2 & colon$rx != "Lev", ]
relapse <- colon[colon$etype == 1 & colon$rx != "Lev", ]
p <- pbc[!is.na(pbc$trt), ]
r <- rotterdam[rotterdam$rtime > 0, ]
sets <- list(
  set("veteran", v$time, v$status, v$trt == 2, v$celltype, one = v$prior, two = v$age > 60, three = v$karno > 60),
  set("lung", lung$time, lung$status == 2, lung$sex == 2, ifelse(is.na(lung$ph.ecog), 9, lung$ph.ecog),
      one = lung$age > 63, two = lung$meal.cal > 975, three = lung$ph.karno > 80),
  set("colon", death$time, death$status, death$rx == "Lev+5FU", death$extent, one = death$sex, two = death$node4,
      three = death$age > 60),
  set("colon_relapse", relapse$time, relapse$status, relapse$rx == "Lev+5FU", relapse$extent, one = relapse$sex,
      two = relapse$differ, three = relapse$age > 60),
  set("colon_months", whole_months(death$time), death$status, death$rx == "Lev+5FU", death$extent,
      one = death$sex, two = death$node4, three = death$age > 60),
  set("ovarian", ovarian$futime, ovarian$fustat, ovarian$rx == 2, ovarian$resid.ds, one = ovarian$ecog.ps,
      two = ovarian$age > 55, three = ovarian$resid.ds),
  set("pbc", p$time, p$status == 2, p$trt == 1, p$stage, one = p$sex, two = p$edema > 0, three = p$age > 50),
  set("aml", a$time, a$status, a$x == "Maintained", rep(1:2, length.out = nrow(a)), one = rep(1:2, length.out = nrow(a)),
      two = seq_len(nrow(a)) %% 3 == 0, three = seq_len(nrow(a)) %% 4 < 2),
  set("gbsg", gbsg$rfstime, gbsg$status, gbsg$hormon == 1, gbsg$grade, one = gbsg$meno, two = gbsg$size > 25,
      three = gbsg$nodes > 3),
  set("rotterdam", r$rtime, r$recur, r$chemo == 1, r$size, one = r$meno, two = r$grade, three = r$age > 55)
)
every <- do.call(rbind, lapply(sets, function(d) {
  for (name in c("one", "two", "three")) d[[name]] <- as.integer(factor(d[[name]]))
  d
}))
write.csv(every, "datasets.csv", row.names = FALSE, na = "")
file <- "datasets_values.csv"
cat("data,factor,level,ties,hr,hr_low,hr_high,p_log_rank,p_ph,p_interaction\n", file = file)
for (d in split(every, factor(every$data, unique(every$data)))) {
  for (ties in c("efron", "breslow")) {
    row <- function(factor, level, part, stratified, interaction) {
      f <- if (stratified) Surv(time, event) ~ experimental + strata(stratum) else Surv(time, event) ~ experimental
      fit <- coxph(f, part, ties = ties)
      limits <- summary(fit, conf.int = 0.975)$conf.int
      p <- pchisq(survdiff(f, part)$chisq, 1, lower.tail = FALSE)
      ph <- cox.zph(fit, transform = "km")$table[1, "p"]
      cells <- format(c(limits[c(1, 3, 4)], p, ph, interaction), digits = 15, trim = TRUE)
      cat(paste(c(d$data[1], factor, level, ties, cells), collapse = ","), sep = "\n", file = file, append = TRUE)
    }
    row("all", 0, d, TRUE, NA)
    for (factor in c("one", "two", "three")) {
      known <- d[!is.na(d[[factor]]), ]
      parts <- split(known, known[[factor]])
      each <- sum(sapply(parts, function(q) coxph(Surv(time, event) ~ experimental, q, ties = ties)$loglik[2]))
      common <- coxph(as.formula(paste("Surv(time, event) ~ experimental + strata(", factor, ")")), known, ties = ties)
      interaction <- pchisq(2 * (each - common$loglik[2]), length(parts) - 1, lower.tail = FALSE)
      for (level in names(parts)) row(factor, level, parts[[level]], FALSE, interaction)
    }
  }
}
