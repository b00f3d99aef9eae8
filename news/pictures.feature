Pictures that citizens send are turned upright, scaled and kept without the place and the camera; a picture made to fill the memory is refused.
