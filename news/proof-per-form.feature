Editors set for each form whether its senders are asked for a proof: never, when a great many forms arrive, always, or as the town has set it.
