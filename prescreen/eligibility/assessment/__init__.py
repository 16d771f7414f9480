"""One person judged for one trial: answers, findings, margins, counterfactuals, outlook."""
