"""Learning the subtypes anew from a laboratory's own labelled patients; needs `pip install '.[train]'`.

The only room that imports scikit-learn, XGBoost, MLflow and Optuna.
"""
