"""The assessment of one person for one trial: answers, findings, margins, counterfactuals, outlook."""
