CREATE TABLE Shop.Item (sku VARCHAR(20) PRIMARY KEY, quantity INTEGER);
INSERT INTO Shop.Item (sku, quantity) VALUES ('tea', 3);
