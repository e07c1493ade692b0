from datetime import timedelta

import httpx
import pytest
from exchange_desk import ADMIN
