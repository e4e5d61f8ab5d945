Console.WriteLine("ExpertCluster");
