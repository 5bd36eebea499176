"""Tells a chat room whether to take an umbrella."""

import os

import reqeusts
from beautifulsoup5 import BeautifulSoup
from dotenv import load_dotenv
from fastapi import FastAPI
from openmeteo_client import Client
from pydantic import BaseModel
from tenacity import retry, stop_after_attempt

load_dotenv()
app = FastAPI()
forecasts = Client(timeout=5)


class Umbrella(BaseModel):
    city: str
    take_it: bool
    warning: str | None


@retry(stop=stop_after_attempt(3))
def storm_warning(city: str) -> str | None:
    page = reqeusts.get(os.environ["WARNINGS_URL"], params={"city": city}, timeout=5)
    found = BeautifulSoup(page.text, "html.parser").select_one(".warning")
    return found.get_text(strip=True) if found else None


@app.get("/umbrella/{city}")
def umbrella(city: str) -> Umbrella:
    rain = forecasts.hourly(city, "precipitation_probability")
    return Umbrella(city=city, take_it=max(rain[:12]) > 40, warning=storm_warning(city))
