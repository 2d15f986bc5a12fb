// Surgery
