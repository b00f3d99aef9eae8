Citizens save a form as they type or with a button and finish it later on any device, with number and PIN; drafts keep their version and files and are deleted after 30 days.
