Trees say whether they are thirsty and why: from suction or water content, soil and age, rain and waterings; probes that are silent, torn off or frozen are recognised.
