namespace ExpertCluster.ExpertHost.Devices;

/// <summary>A device as its driver last described it.</summary>
/// <param name="Name">Its product's.</param>
/// <param name="FreeBytes">Of its memory.</param>
/// <param name="TotalBytes">Of its memory.</param>
/// <param name="Use">Share of the last second or so in which it computed, 0 to 1; null: the driver does not say.</param>
internal sealed record Device(string Name, long FreeBytes, long TotalBytes, double? Use);
