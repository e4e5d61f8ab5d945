namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>Hosts and bases of a round, in an order of their own.</summary>
internal static class BoardHosts
{
    /// <exception cref="ArgumentException">Two hosts bear one name.</exception>
    public static BoardHost[] Make(IReadOnlyList<RoundHost> hosts, string spreadLabel, out int zones)
    {
        RoundHost[] sorted = [.. hosts.OrderBy(h => h.Name, StringComparer.Ordinal)];
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        var made = new BoardHost[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i].Name == sorted[i - 1].Name)
            {
                throw new ArgumentException($"two hosts are called {sorted[i].Name}");
            }

            string zone = sorted[i].Labels.GetValueOrDefault(spreadLabel, "");
            if (!numbers.TryGetValue(zone, out int number))
            {
                number = numbers.Count;
                numbers.Add(zone, number);
            }

            made[i] = new BoardHost(sorted[i], i, number);
        }

        zones = numbers.Count;
        return made;
    }

    public static BoardBase[] Serve(BoardHost[] hosts, CatalogueIndex index, BaseMemory[] memories)
    {
        BoardBase[] bases = [.. index.Bases.Select((b, i) => new BoardBase(b, i))];
        foreach (var host in hosts)
        {
            foreach (var held in host.Facts.Bases)
            {
                host.Opening += held.Ready ? 0 : 1;
                int number = index.BaseNumber(held.Name);
                if (number < 0 || host.Facts.Draining || memories[number].Retires(host.Name))
                {
                    continue;
                }

                bases[number].Coming++;
                bases[number].ComingSlots += host.Slots;
                if (held.Ready)
                {
                    host.Serves.Add(number);
                    bases[number].Hosts.Add(host);
                    bases[number].Slots += host.Slots;
                }
            }
        }

        return bases;
    }

    public static bool IsOpen(RoundHost host, string name)
    {
        foreach (var held in host.Bases)
        {
            if (held.Ready && held.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    public static bool Holds(RoundHost host, string name)
    {
        foreach (var held in host.Bases)
        {
            if (held.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
