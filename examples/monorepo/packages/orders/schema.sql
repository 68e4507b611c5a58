CREATE TABLE Shop.Item (id INTEGER PRIMARY KEY, customer VARCHAR(40));
INSERT INTO Shop.Item (id, customer) VALUES (1, 'Ada');
