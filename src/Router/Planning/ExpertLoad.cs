using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Discovery;

namespace ExpertCluster.Router.Planning;

/// <summary>How busy the hosts of an expert are, by their latest reports.</summary>
internal sealed class ExpertLoad(HostDirectory hosts)
{
    /// <summary>Whether requests wait for a slot on every host that has its base and its labels. False where there is no such host: whoever sends there learns more.</summary>
    public bool IsBusy(RoutableExpert expert)
    {
        bool any = false;
        foreach (var host in hosts.Hosts)
        {
            if (!host.Draining && host.HasBase(expert.BaseRevision) && expert.Labels.All(host.Labels.Contains))
            {
                if (host.Waiting == 0)
                {
                    return false;
                }

                any = true;
            }
        }

        return any;
    }
}
