# Values of R `survival`, `cmprsk` and `metafor` that tests/efficacy holds the sensitivity analyses to. Run in
# this folder: Rscript sensitivity.R
library(survival)
library(cmprsk)
library(metafor)

out <- "sensitivity_values.csv"
cat("data,quantity,value\n", file = out)
show <- function(data, quantity, value) {
  cat(paste(data, quantity, format(value, digits = 15), sep = ","), sep = "\n", file = out, append = TRUE)
}
effect <- function(data, prefix, fit, term) {
  beta <- coef(fit)[term]
  se <- sqrt(diag(vcov(fit)))[term]
  reach <- qnorm(0.9875) * se
  found <- c(ratio = exp(beta), low = exp(beta - reach), high = exp(beta + reach), p = 2 * pnorm(-abs(beta / se)))
  for (i in 1:4) show(data, paste0(prefix, c("ratio", "low", "high", "p")[i]), found[[i]])
}

# Covariates: the lung cancer trial, by Karnofsky's index and age, with and without strata.
v <- data.frame(time = veteran$time, event = veteran$status, experimental = veteran$trt - 1,
                stratum = as.integer(veteran$celltype), karno = veteran$karno, age = veteran$age)
write.csv(v, "adjusted.csv", row.names = FALSE)
effect("adjusted", "cox_", coxph(Surv(time, event) ~ experimental + karno + age, v), "experimental")
effect("adjusted", "stratified_",
       coxph(Surv(time, event) ~ experimental + karno + age + strata(stratum), v), "experimental")
v$hit <- as.integer(v$time > 100)
effect("adjusted", "logistic_",
       glm(hit ~ experimental + karno + age, binomial, v, control = glm.control(epsilon = 1e-14)), "experimental")

# Transplantation on the way: the Stanford heart transplant patients, by earlier surgery.
j <- jasa[jasa$futime > 0, ]
j <- data.frame(time = j$futime, event = j$fustat, experimental = j$surgery,
                transplanted = ifelse(j$transplant == 1, j$wait.time, NA))
write.csv(j, "transplanted.csv", row.names = FALSE, na = "")
way <- !is.na(j$transplanted) & j$transplanted < j$time
before <- data.frame(start = 0, stop = ifelse(way, j$transplanted, j$time), event = ifelse(way, 0, j$event),
                     experimental = j$experimental, transplanted = 0)
after <- data.frame(start = j$transplanted, stop = j$time, event = j$event, experimental = j$experimental,
                    transplanted = 1)[way, ]
rows <- rbind(before, after)
fit <- coxph(Surv(start, stop, event) ~ experimental + transplanted, rows[rows$stop > rows$start, ])
effect("transplanted", "arm_", fit, "experimental")
effect("transplanted", "transplantation_", fit, "transplanted")

# Competing risks: plasma cell malignancy and death in monoclonal gammopathy, the arms by sex; fewer patients in
# whole years, with many ties; liver transplantation and death while waiting for it.
ends <- rbind(
  data.frame(data = "mgus2", time = mgus2$ptime,
             cause = ifelse(mgus2$pstat == 1, 1, ifelse(mgus2$death == 1, 2, 0)),
             experimental = as.integer(mgus2$sex == "M")),
  data.frame(data = "waiting", time = transplant$futime,
             cause = c(censored = 0, ltx = 1, death = 2, withdraw = 2)[as.character(transplant$event)],
             experimental = as.integer(transplant$sex == "m"))
)
few <- ends[ends$data == "mgus2", ][seq(1, 1384, by = 9), ]
few$data <- "years"
few$time <- ceiling(few$time / 12)
ends <- rbind(ends, few)
write.csv(ends, "ends.csv", row.names = FALSE)
for (d in split(ends, factor(ends$data, unique(ends$data)))) {
  name <- d$data[1]
  fit <- cuminc(d$time, d$cause, d$experimental)
  for (cause in 1:2) show(name, paste0("gray_", cause), fit$Tests[as.character(cause), "pv"])
  for (at in quantile(d$time, c(0.1, 0.5, 0.75))) {
    found <- timepoints(fit, at)
    for (arm in 0:1) for (cause in 1:2) {
      row <- paste(arm, cause)
      show(name, paste("incidence", arm, cause, at, sep = "_"), found$est[row, 1])
      show(name, paste("variance", arm, cause, at, sep = "_"), found$var[row, 1])
    }
  }
  for (which in 1:2) {
    fit <- coxph(Surv(time, cause == which) ~ experimental, d)
    effect(name, paste0("cause_", which, "_"), fit, "experimental")
  }
}

# Shrinkage: eight schools (Rubin, J Educ Stat 1981;6:377) at fixed values of tau.
y <- c(28, 8, -3, 7, -1, 1, 18, 12)
se <- c(15, 10, 16, 11, 9, 11, 10, 18)
for (tau in c(2, 10)) {
  fit <- blup(rma(y, sei = se, tau2 = tau^2))
  for (i in 1:8) {
    show("schools", paste("estimate", tau, i, sep = "_"), fit$pred[i])
    show("schools", paste("error", tau, i, sep = "_"), fit$se[i])
  }
}

# The same with tau unknown: sums over a grid of the mean (flat prior) and of tau (half-normal, scale 0.5).
y <- log(c(0.22, 0.64, 1.3, 0.5))
se <- c(0.4, 0.3, 0.5, 0.8)
grid <- expand.grid(mu = seq(-4, 3, by = 0.01), tau = seq(0.0025, 3, by = 0.005))
mass <- dnorm(grid$tau, 0, 0.5)
for (i in 1:4) mass <- mass * dnorm(y[i], grid$mu, sqrt(se[i]^2 + grid$tau^2))
mass <- mass / sum(mass)
for (i in 1:4) {
  precision <- 1 / se[i]^2 + 1 / grid$tau^2
  mean <- (y[i] / se[i]^2 + grid$mu / grid$tau^2) / precision
  for (q in c(0.025, 0.5, 0.975)) {
    at <- uniroot(function(x) sum(mass * pnorm(x, mean, sqrt(1 / precision))) - q, c(-6, 6), tol = 1e-10)$root
    show("ratios", paste("quantile", q, i, sep = "_"), at)
  }
}
