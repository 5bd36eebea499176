"""The GitHub Action's audit of one job: inputs and event in; annotations, summary, comment, outputs and status out."""
