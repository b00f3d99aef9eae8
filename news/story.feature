Clerks begin at their list of cases, editors reach the questions of a form and everything else from the menu, and handbooks in German tell both how.
