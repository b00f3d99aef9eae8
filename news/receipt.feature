A confirmation of receipt as an accessible PDF, with everything that was sent and a seal, for who has number and PIN.
