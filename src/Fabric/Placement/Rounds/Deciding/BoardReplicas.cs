namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>Replicas of a round, by expert and by host, with counting sorts: a round has tens of thousands, and most stay as they are.</summary>
internal static class BoardReplicas
{
    /// <summary>By expert, those of an expert by host. Whom the catalogue has forgotten is let go; whose host is gone is left out.</summary>
    public static BoardReplica[] Sort(
        IReadOnlyList<WarmReplica> replicas,
        CatalogueIndex index,
        Dictionary<string, int> hosts,
        List<PlacementDecision> decisions,
        int most,
        out int[] first)
    {
        List<WarmReplica> forgotten = [];
        List<BoardReplica> known = new(replicas.Count);
        first = new int[index.Experts.Length + 1];
        for (int i = 0; i < replicas.Count; i++)
        {
            var replica = replicas[i];
            if (!hosts.TryGetValue(replica.Host, out int host))
            {
                continue;
            }

            int expert = index.ExpertNumber(replica.Expert);
            if (expert < 0)
            {
                forgotten.Add(replica);
                continue;
            }

            known.Add(new BoardReplica(expert, host, replica.Since, replica.Ready));
            first[expert + 1]++;
        }

        foreach (var gone in forgotten.OrderBy(r => r.Expert).ThenBy(r => r.Host, StringComparer.Ordinal).Take(most))
        {
            decisions.Add(new PlacementDecision(DecisionKind.LetExpertGo, gone.Host, gone.Expert, "", DecisionCause.Unfit, "it is not in the catalogue any more"));
        }

        for (int i = 1; i < first.Length; i++)
        {
            first[i] += first[i - 1];
        }

        return ByExpert(known, first);
    }

    public static int[] ByHost(BoardReplica[] replicas, int hosts, out int[] first)
    {
        first = new int[hosts + 1];
        foreach (var replica in replicas)
        {
            first[replica.Host + 1]++;
        }

        for (int i = 1; i < first.Length; i++)
        {
            first[i] += first[i - 1];
        }

        int[] next = first[..^1];
        int[] byHost = new int[replicas.Length];
        for (int i = 0; i < replicas.Length; i++)
        {
            byHost[next[replicas[i].Host]++] = i;
        }

        return byHost;
    }

    private static BoardReplica[] ByExpert(List<BoardReplica> replicas, int[] first)
    {
        int[] next = first[..^1];
        var sorted = new BoardReplica[replicas.Count];
        foreach (var replica in replicas)
        {
            sorted[next[replica.Expert]++] = replica;
        }

        for (int i = 0; i + 1 < first.Length; i++)
        {
            if (first[i + 1] - first[i] > 1)
            {
                sorted.AsSpan(first[i]..first[i + 1]).Sort(static (a, b) => a.Host.CompareTo(b.Host));
            }
        }

        return sorted;
    }
}
