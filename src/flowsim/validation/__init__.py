"""The model beside the record, its predictions, and simpler models beside it. Nothing here fits anything."""
