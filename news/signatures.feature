A signature can be drawn with finger, pen or mouse, or typed; a drawing stands on the receipt.
