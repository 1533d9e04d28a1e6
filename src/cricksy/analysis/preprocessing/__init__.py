"""From landmarks as the model gives them to a track that can be measured."""
