An appointment is answered in a third of the time: PINs are sealed ahead, mail is written down in words and put together by the worker. Programs that know the name already book in one request.
