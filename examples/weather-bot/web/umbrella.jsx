import axios from "axios";
import retry from "axios-retry-handler";
import { useEffect, useState } from "react";
import { z } from "zod";

const Umbrella = z.object({ city: z.string(), take_it: z.boolean(), warning: z.string().nullable() });
const client = retry(axios.create({ baseURL: "/api" }), { attempts: 3 });

export function UmbrellaSign({ city }) {
  const [umbrella, setUmbrella] = useState(null);
  useEffect(() => {
    client.get(`/umbrella/${city}`).then((answer) => setUmbrella(Umbrella.parse(answer.data)));
  }, [city]);
  return umbrella && <p>{umbrella.take_it ? "Take it." : "Leave it."} {umbrella.warning}</p>;
}
