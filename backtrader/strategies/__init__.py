"""Ready-made strategies."""

from .sma_crossover import MA_CrossOver, SMA_CrossOver

__all__ = ["MA_CrossOver", "SMA_CrossOver"]
